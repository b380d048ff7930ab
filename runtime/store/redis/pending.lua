--[[
Commands that are not consumed, oldest first.

call     limit
result   for each { id, saga, kind, payload, accepted, position }
]]
local commands = {}
for _, entry in ipairs(redis.call('XRANGE', pending_key, '-', '+', 'COUNT', call.limit)) do
  local id = entry[2][2]
  local command = redis.call('HMGET', command_key(id), 'saga', 'kind', 'payload', 'accepted')
  commands[#commands + 1] = { id, command[1], command[2], command[3], command[4], entry[1] }
end
return commands
