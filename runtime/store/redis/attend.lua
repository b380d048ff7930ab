--[[
Says that a worker is here, or leaves; answers with all that are. KEYS[1] is `{<prefix>:meta}:workers` here, a hash by owner.

call     owner, serves; ttl (ms; 0: it leaves); now (ms): only under virtual time
result   for each { owner, serves }
]]
local now = now_ms()
redis.call('HDEL', root, call.owner)
if call.ttl > 0 then
  redis.call('HSET', root, call.owner, cjson.encode({ now + call.ttl, call.serves }))
end
local here = {}
local all = redis.call('HGETALL', root)
for position = 1, #all, 2 do
  local worker = cjson.decode(all[position + 1])
  if worker[1] <= now then
    redis.call('HDEL', root, all[position])
  else
    here[#here + 1] = { all[position], worker[2] }
  end
end
return here
