--[[
Gives the lease of one partition back; a stale one is ignored. The epoch stays.

call     owner, epoch; channel, partition, origin: for the hint; now (ms): only under virtual time
result   1 where it was given back, 0 where it was stale
]]
local held = redis.call('HMGET', lease_key, 'owner', 'epoch')
if held[1] ~= call.owner or tonumber(held[2]) ~= call.epoch then
  return 0
end
redis.call('HSET', lease_key, 'expires', now_ms())
redis.call('HDEL', lease_key, 'owner')
-- pcall: whom the server lets write but not publish loses hints, nothing else.
redis.pcall('PUBLISH', call.channel, cjson.encode({ call.origin, call.partition, 'released', '' }))
return 1
