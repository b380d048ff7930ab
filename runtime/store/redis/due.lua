--[[
Timers that are due, earliest first, then by name, and when the next one after those is due.

call     limit; now (ms): only under virtual time
result   { now, when the next is due or '', then for each '<saga> <timer>', due time }
]]
local now = now_ms()
local timers = redis.call('ZRANGE', timers_key, 0, call.limit, 'WITHSCORES')
local result = { now, '' }
for position = 1, #timers, 2 do
  local due = timers[position + 1]
  if tonumber(due) > now or #result >= 2 + 2 * call.limit then
    result[2] = due
    break
  end
  result[#result + 1] = timers[position]
  result[#result + 1] = due
end
return result
