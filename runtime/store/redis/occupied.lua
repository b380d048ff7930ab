--[[
Whether a partition has work, and who holds it.

call     now (ms): only under virtual time
result   {} where it has none; { now, owner or '', expires, '1' where roots are live, when its oldest command was accepted or '' }
]]
local live = tonumber(redis.call('GET', live_key) or '0') > 0
local entry = redis.call('XRANGE', pending_key, '-', '+', 'COUNT', 1)[1]
if not live and not entry then
  return {}
end
local held = redis.call('HMGET', lease_key, 'owner', 'expires', 'server')
local owner = held[1] or ''
if held[3] and held[3] ~= server_id() then
  owner = ''
elseif owner == '' and held[1] then
  owner = '(the one before a failover)'
end
local accepted = entry and redis.call('HGET', command_key(entry[2][2]), 'accepted') or ''
return { now_ms(), owner, held[2] or '0', live and '1' or '0', accepted }
