--[[
Takes or renews the lease of one partition.

call     owner, ttl (ms); epoch: the one held, to renew it; absent: take it; now (ms): only under virtual time
result   { epoch, expires }, or {} where it is not given
]]
local now = now_ms()
local held = redis.call('HMGET', lease_key, 'owner', 'epoch', 'expires')
local owner = held[1]
local epoch = tonumber(held[2] or '0')
if call.epoch then
  if owner ~= call.owner or epoch ~= call.epoch then
    return {}
  end
else
  if owner and owner ~= call.owner and tonumber(held[3]) > now then
    return {}
  end
  epoch = epoch + 1
end
local expires = now + call.ttl
redis.call('HSET', lease_key, 'owner', call.owner, 'epoch', epoch, 'expires', expires)
return { epoch, expires }
