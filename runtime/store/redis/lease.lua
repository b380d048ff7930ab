--[[
Takes or renews the lease of one partition. One that was given by another run of the server's data is nobody's, for a whole lease from now on:
its holder may still be at work. The epoch then jumps, past any that may have been lost.

call     owner, ttl (ms); epoch: the one held, to renew it; absent: take it; now (ms): only under virtual time
result   { epoch, expires, server }, or {} where it is not given
]]
local now = now_ms()
local server = server_id()
local held = redis.call('HMGET', lease_key, 'owner', 'epoch', 'expires', 'server')
local owner = held[1]
local epoch = tonumber(held[2] or '0')
if held[4] and held[4] ~= server then
  redis.call('HSET', lease_key, 'owner', '', 'epoch', epoch + 1000, 'expires', now + call.ttl, 'server', server)
  return {}
end
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
redis.call('HSET', lease_key, 'owner', call.owner, 'epoch', epoch, 'expires', expires, 'server', server)
return { epoch, expires, server }
