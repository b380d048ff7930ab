--[[
Appends a command, unless one of its id is there already, consumed or not, or it is no start and its saga is not there, nor a start of it.

call     id, saga, kind, payload (position of the text); channel, origin: for the hint; now (ms): only under virtual time
result   {} where it was appended, { kind, payload } of the one that is there, 'absent'
]]
local key = command_key(call.id)
local there = redis.call('HMGET', key, 'kind', 'payload')
if there[1] then
  return there
end
if call.kind ~= 'start' then
  local of = root_of(call.saga)
  -- Another saga's command may be called as its start. The start of a long id has another name, and is kept with the root's other commands.
  if redis.call('HGET', command_key('start%3A' .. of), 'saga') ~= of and redis.call('EXISTS', saga_key(of), commands_key(of)) == 0 then
    return 'absent'
  end
end
local now = now_ms()
-- First what may fail where a key holds something else: nothing would be rolled back, and what stands of it then is nothing.
keep_with_root(call.id, call.saga)
local position = redis.call('XADD', pending_key, '*', 'id', call.id)
redis.call('HSET', key, 'saga', call.saga, 'kind', call.kind, 'payload', ARGV[call.payload], 'accepted', now, 'position', position)
-- pcall: whom the server lets write but not publish loses hints, nothing else.
redis.pcall('PUBLISH', call.channel, cjson.encode({ call.origin, call.partition, call.kind == 'start' and 'start' or 'command', call.saga }))
return {}
