--[[
Claims a start for its version and appends it, in one step: where the server lets a script have keys of two slots. What `claim.lua` and `append.lua`
do in two (see `starts.ts`), for the usual case: another version's claim is left to them. Without `lib.lua`, which takes longer than this.

KEYS     the partition's root key; the claim, as in `claim.lua`
ARGV     version; id, saga, payload of the command; the root with which the command is kept ('': it is what begins it); channel, hint;
         now (ms, '': the server's own time)
result   {} where it was appended, { kind, payload } of the one that is there, 'claimed' where another version has it
]]
local claimed = redis.call('HMGET', KEYS[2], 'version', 'payload')
if claimed[1] and claimed[1] ~= ARGV[1] then
  return 'claimed'
end
local id = ARGV[2]
local key = KEYS[1] .. ':command:' .. id
local there = redis.call('HMGET', key, 'kind', 'payload')
local now = ARGV[8]
if now == '' then
  local time = redis.call('TIME')
  now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
end
-- One that is there is left as it is: it says since when this start has it.
if not there[1] or not claimed[1] then
  redis.call('HSET', KEYS[2], 'version', ARGV[1], 'at', now)
end
-- Of a client that claims in a step of its own: it would have been appended by it.
if claimed[2] then
  redis.call('HDEL', KEYS[2], 'payload')
end
if there[1] then
  return there
end
local position = redis.call('XADD', KEYS[1] .. ':pending', '*', 'id', id)
redis.call('HSET', key, 'saga', ARGV[3], 'kind', 'start', 'payload', ARGV[4], 'accepted', now, 'position', position)
if ARGV[5] ~= '' then
  redis.call('SADD', KEYS[1] .. ':commands:' .. ARGV[5], id)
end
-- pcall: whom the server lets write but not publish loses hints, nothing else.
redis.pcall('PUBLISH', ARGV[6], ARGV[7])
return {}
