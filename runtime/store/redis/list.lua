--[[
The next of several indexes, each in the order of reading, one index after the other: whoever asks merges them. Lua would compare by the
server's locale, not by bytes.

call     indexes { name … }; first, last (as ZRANGEBYLEX and ZREVRANGEBYLEX want them, in the order of reading), reverse, limit (of each)
result   for each { id, status, conditions, created, updated, shown }
]]
local sagas = {}
for _, name in ipairs(call.indexes) do
  local command = call.reverse and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
  for _, member in ipairs(redis.call(command, index_key(name), call.first, call.last, 'LIMIT', 0, call.limit)) do
    local id = string.match(member, ' (.*)$')
    local saga = redis.call('HMGET', saga_key(id), 'status', 'conditions', 'created', 'updated', 'shown')
    sagas[#sagas + 1] = { id, saga[1], saga[2], saga[3], saga[4], saga[5] }
  end
end
return sagas
