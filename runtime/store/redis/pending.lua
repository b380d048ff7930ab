--[[
Commands that are not consumed, oldest first; none after those whose payloads have so many bytes together. without: ids of roots of which, and of
whose children, only a release is told.

call     limit, bytes, without or none
result   for each { id, saga, kind, payload, accepted, position }
]]
local commands = {}
local left = call.bytes
local without = {}
for _, id in ipairs(call.without or {}) do without[id] = true end

local function is_left_out(key)
  if call.without == nil then return false end
  local command = redis.call('HMGET', key, 'saga', 'kind')
  if command[2] == 'release' then return false end
  -- Ids are encoded: // is %2F%2F.
  local child = string.find(command[1], '%2F%2F', 1, true)
  return without[child and string.sub(command[1], 1, child - 1) or command[1]] == true
end

local from = '-'
while left > 0 and #commands < call.limit do
  local entries = redis.call('XRANGE', pending_key, from, '+', 'COUNT', call.limit)
  for _, entry in ipairs(entries) do
    local id = entry[2][2]
    from = '(' .. entry[1]
    if not is_left_out(command_key(id)) then
      local command = redis.call('HMGET', command_key(id), 'saga', 'kind', 'payload', 'accepted')
      commands[#commands + 1] = { id, command[1], command[2], command[3], command[4], entry[1] }
      left = left - #command[3]
      if left <= 0 or #commands >= call.limit then break end
    end
  end
  if #entries < call.limit then break end
end
return commands
