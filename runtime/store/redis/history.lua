--[[
Records of a saga in their order; none after those that have so many bytes together.

call     saga, after, limit, bytes
result   each as it stands in the list
]]
local records = {}
local left = call.bytes
local from, stop = call.after, call.after + call.limit
while from < stop and left > 0 do
  -- A few at a time: what is read beyond the bytes is read for nothing.
  local some = math.min(8, stop - from)
  local lines = redis.call('LRANGE', history_key(call.saga), from, from + some - 1)
  for _, line in ipairs(lines) do
    records[#records + 1] = line
    left = left - (#line - string.find(line, ' ', 1, true))
    if left <= 0 then break end
  end
  from = #lines < some and stop or from + some
end
return records
