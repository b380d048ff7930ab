--[[
Commands that are not consumed, oldest first; none after those whose payloads have so many bytes together.

call     limit, bytes
result   for each { id, saga, kind, payload, accepted, position }
]]
local commands = {}
local left = call.bytes
for _, entry in ipairs(redis.call('XRANGE', pending_key, '-', '+', 'COUNT', call.limit)) do
  local id = entry[2][2]
  local command = redis.call('HMGET', command_key(id), 'saga', 'kind', 'payload', 'accepted')
  commands[#commands + 1] = { id, command[1], command[2], command[3], command[4], entry[1] }
  left = left - #command[3]
  if left <= 0 then break end
end
return commands
