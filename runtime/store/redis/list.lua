--[[
A stretch of roots in the order of their places, merged from several indexes.

call     indexes { name … }; first, last (as ZRANGEBYLEX and ZREVRANGEBYLEX want them, in the order of reading), reverse, limit
result   for each { id, status, conditions, created, updated, shown }
]]
local members = {}
for _, name in ipairs(call.indexes) do
  local command = call.reverse and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
  for _, member in ipairs(redis.call(command, index_key(name), call.first, call.last, 'LIMIT', 0, call.limit)) do
    members[#members + 1] = member
  end
end
table.sort(members, function(a, b)
  if call.reverse then
    return a > b
  end
  return a < b
end)
local sagas = {}
for position = 1, math.min(#members, call.limit) do
  local id = string.match(members[position], ' (.*)$')
  local saga = redis.call('HMGET', saga_key(id), 'status', 'conditions', 'created', 'updated', 'shown')
  sagas[position] = { id, saga[1], saga[2], saga[3], saga[4], saga[5] }
end
return sagas
