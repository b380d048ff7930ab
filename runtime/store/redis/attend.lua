--[[
Says that a worker is here, or leaves; answers with all that are. KEYS[1] is `{<prefix>:meta}` here; the workers are a hash by owner.

call     owner, serves; ttl (ms; 0: it leaves); now (ms): only under virtual time
         place: the name of the data, as opening them told it
result   for each { owner, serves }; 'gone' where other data stand here, or none
]]
local workers_key = root .. ':workers'
if redis.call('HGET', root, 'place') ~= call.place then
  return 'gone'
end
local now = now_ms()
redis.call('HDEL', workers_key, call.owner)
if call.ttl > 0 then
  redis.call('HSET', workers_key, call.owner, cjson.encode({ now + call.ttl, call.serves }))
end
local here = {}
local all = redis.call('HGETALL', workers_key)
for position = 1, #all, 2 do
  local worker = cjson.decode(all[position + 1])
  if worker[1] <= now then
    redis.call('HDEL', workers_key, all[position])
  else
    here[#here + 1] = { all[position], worker[2] }
  end
end
return here
