--[[
Claims a new place for data, or tells what it was made as. KEYS[1] is `{<prefix>:meta}` here.

Tries every writing command of the other scripts first: a user who lacks the permission for one of them must learn it now, not in the
middle of a commit, of which a part would stand.

call     format, partitions: of a place that is new
result   { format, partitions } that hold
]]
local probe = root .. ':probe:'
redis.call('HSET', probe .. 'hash', 'field', '1')
redis.call('HDEL', probe .. 'hash', 'field')
redis.call('HMGET', probe .. 'hash', 'field')
redis.call('HGET', probe .. 'hash', 'field')
redis.call('ZADD', probe .. 'set', 0, 'member')
redis.call('ZREM', probe .. 'set', 'member')
local entry = redis.call('XADD', probe .. 'stream', '*', 'field', '1')
redis.call('XDEL', probe .. 'stream', entry)
redis.call('RPUSH', probe .. 'list', 'item')
redis.call('INCRBY', probe .. 'number', 1)
redis.call('GET', probe .. 'number')
redis.call('DEL', probe .. 'stream', probe .. 'list', probe .. 'number')

local there = redis.call('HMGET', root, 'format', 'partitions')
-- What format 3 wrote is read as it is, and brought up to date saga by saga.
if there[1] == '3' and call.format == 4 then
  redis.call('HSET', root, 'format', call.format)
  there[1] = tostring(call.format)
end
if there[1] then
  return there
end
redis.call('HSET', root, 'format', call.format, 'partitions', call.partitions)
return { tostring(call.format), tostring(call.partitions) }
