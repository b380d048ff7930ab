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
    local saga = head_of(id)
    sagas[#sagas + 1] = { id, saga.status, saga.conditions, saga.created, saga.updated, saga.shown }
  end
end
return sagas
