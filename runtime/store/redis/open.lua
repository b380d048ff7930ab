--[[
Claims a new place for data, or tells what it was made as. KEYS[1] is `{<prefix>:meta}` here.

Tries every command of the other scripts first: a user who lacks the permission for one of them must learn it now, not in the middle of
a commit, of which a part would stand.

call     format, partitions: of a place that is new; oldest: the format from which one that is there is brought up to this
         place: a name for one that has none
result   { format, partitions, place } that hold; another format has no place
]]
local probe = root .. ':probe:'
redis.call('HSET', probe .. 'hash', 'field', '1')
redis.call('HDEL', probe .. 'hash', 'field')
redis.call('EXISTS', probe .. 'hash')
redis.call('TYPE', probe .. 'hash')
redis.call('HSETNX', probe .. 'hash', 'field', '1')
redis.call('HMGET', probe .. 'hash', 'field')
redis.call('HGET', probe .. 'hash', 'field')
redis.call('HGETALL', probe .. 'hash')
redis.call('HKEYS', probe .. 'hash')
redis.call('ZADD', probe .. 'set', 0, 'member')
redis.call('ZRANGE', probe .. 'set', 0, 0)
redis.call('ZRANGEBYSCORE', probe .. 'set', 0, 0)
redis.call('ZRANGEBYLEX', probe .. 'set', '-', '+')
redis.call('ZREVRANGEBYLEX', probe .. 'set', '+', '-')
redis.call('ZLEXCOUNT', probe .. 'set', '-', '+')
redis.call('ZREM', probe .. 'set', 'member')
local entry = redis.call('XADD', probe .. 'stream', '*', 'field', '1')
redis.call('XRANGE', probe .. 'stream', '-', '+', 'COUNT', 1)
redis.call('XDEL', probe .. 'stream', entry)
redis.call('RPUSH', probe .. 'list', 'item')
redis.call('LLEN', probe .. 'list')
redis.call('LRANGE', probe .. 'list', 0, 0)
redis.call('LTRIM', probe .. 'list', 0, -1)
redis.call('SADD', probe .. 'members', 'member')
redis.call('SRANDMEMBER', probe .. 'members', 1)
redis.call('SREM', probe .. 'members', 'member')
redis.call('UNLINK', probe .. 'members')
redis.call('INCRBY', probe .. 'number', 1)
redis.call('GET', probe .. 'number')
redis.call('DEL', probe .. 'hash', probe .. 'stream', probe .. 'list', probe .. 'number')
redis.call('TIME')

local there = redis.call('HMGET', root, 'format', 'partitions')
if there[1] then
  -- What an older format wrote is read as it is, and brought up to date saga by saga.
  local format = tonumber(there[1])
  if format and format >= call.oldest and format < call.format then
    redis.call('HSET', root, 'format', call.format)
    there[1] = tostring(call.format)
  end
  if there[1] == tostring(call.format) then
    redis.call('HSETNX', root, 'place', call.place)
    there[3] = redis.call('HGET', root, 'place')
  end
  return there
end
redis.call('HSET', root, 'format', call.format, 'partitions', call.partitions, 'place', call.place)
return { tostring(call.format), tostring(call.partitions), call.place }
