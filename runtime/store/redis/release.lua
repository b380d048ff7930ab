--[[
Gives the lease of one partition back; a stale one is ignored. The epoch stays.

call     owner, epoch
result   1 where it was given back, 0 where it was stale
]]
local held = redis.call('HMGET', lease_key, 'owner', 'epoch')
if held[1] ~= call.owner or tonumber(held[2]) ~= call.epoch then
  return 0
end
redis.call('HDEL', lease_key, 'owner')
return 1
