--[[
How many roots of a partition several indexes hold, at one moment: a root that goes from one to another is counted once.

call     indexes { name … }; first, last (as ZLEXCOUNT wants them)
result   the sum
]]
local sum = 0
for _, name in ipairs(call.indexes) do
  sum = sum + redis.call('ZLEXCOUNT', index_key(name), call.first, call.last)
end
return sum
