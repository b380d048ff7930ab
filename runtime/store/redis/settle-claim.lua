--[[
The start of a claim is there, or is being forgotten. KEYS[1] as in claim.lua.

call     version: of the claim that is meant; forget (ms): it is free from now on, unless it was made or made anew later than that
result   1 where it was that one, else 0
]]
if redis.call('HGET', root, 'version') ~= call.version then
  return 0
end
if call.forget then
  -- Of a version of saga before it said when: older than any.
  if tonumber(redis.call('HGET', root, 'at') or '0') > call.forget then
    return 0
  end
  redis.call('DEL', root)
else
  redis.call('HDEL', root, 'payload')
end
return 1
