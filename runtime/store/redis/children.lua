--[[
The children of a root, ended ones too, by name.

call     root, from (as ZRANGEBYLEX wants it), limit
result   for each { id, status, conditions }
]]
local children = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', children_key(call.root), call.from, '+', 'LIMIT', 0, call.limit)) do
  local child = head_of(id)
  children[#children + 1] = { id, child.status, child.conditions }
end
return children
