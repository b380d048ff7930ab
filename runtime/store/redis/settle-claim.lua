--[[
The start of a claim is there, or is being forgotten. KEYS[1] as in claim.lua.

call     version: of the claim that is meant; forget: whether it is free from now on
result   1 where it was that version's, else 0
]]
if redis.call('HGET', root, 'version') ~= call.version then
  return 0
end
if call.forget then
  redis.call('DEL', root)
else
  redis.call('HDEL', root, 'payload')
end
return 1
