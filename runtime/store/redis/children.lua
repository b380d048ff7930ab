--[[
The children of a root, ended ones too, by name.

call     root, from (as ZRANGEBYLEX wants it), limit
result   for each { id, status, conditions }
]]
local children = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', children_key(call.root), call.from, '+', 'LIMIT', 0, call.limit)) do
  local child = redis.call('HMGET', saga_key(id), 'status', 'conditions')
  children[#children + 1] = { id, child[1], child[2] }
end
return children
