--[[
Claims starts for their version and appends them, each in one step: where the server lets a script have keys of several slots. What `claim.lua` and
`append.lua` do in two (see `starts.ts`), for the usual case: another version's claim is left to them. Without `lib.lua`, which takes longer than this.

KEYS     for each start the partition's root key; its claim, as in `claim.lua`
ARGV     channel; now (ms, '': the server's own time); then for each partition: its hint, version, how many starts; and for each of these id, saga,
         payload of the command; the root with which the command is kept ('': it is what begins it)
result   for each start: {} where it was appended, { kind, payload } of the one that is there, 'claimed' where another version has it, an error where
         a key of its own holds something else: others go on
]]
local channel, now = ARGV[1], ARGV[2]
if now == '' then
  local time = redis.call('TIME')
  now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
end
local APPENDED = {}

local function start(root, claim, version, id, saga, payload, kept_with)
  local claimed = redis.pcall('HMGET', claim, 'version', 'payload')
  if claimed.err then
    return claimed
  end
  if claimed[1] and claimed[1] ~= version then
    return 'claimed'
  end
  local key = root .. ':command:' .. id
  local there = redis.pcall('HMGET', key, 'kind', 'payload')
  if there.err then
    return there
  end
  -- A command of another kind has its id: it takes that for no version.
  if there[1] and there[1] ~= 'start' then
    return there
  end
  local position
  if not there[1] then
    -- First what may fail where a key holds something else: nothing would be rolled back, and what stands of it then is nothing.
    local kept = kept_with ~= '' and redis.pcall('SADD', root .. ':commands:' .. kept_with, id)
    if type(kept) == 'table' then
      return kept
    end
    position = redis.pcall('XADD', root .. ':pending', '*', 'id', id)
    if type(position) == 'table' then
      return position
    end
  end
  -- One that is there is left as it is: it says since when this start has it.
  if not there[1] or not claimed[1] then
    redis.call('HSET', claim, 'version', version, 'at', now)
  end
  -- Of a client that claims in a step of its own: it would have been appended by it.
  if claimed[2] then
    redis.call('HDEL', claim, 'payload')
  end
  if there[1] then
    return there
  end
  redis.call('HSET', key, 'saga', saga, 'kind', 'start', 'payload', payload, 'accepted', now, 'position', position)
  return APPENDED
end

local results = {}
local at = 3
while ARGV[at] do
  local hint, version, count = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  at = at + 3
  local any = false
  for _ = 1, count do
    local n = #results + 1
    local result = start(KEYS[2 * n - 1], KEYS[2 * n], version, ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
    results[n] = result
    any = any or result == APPENDED
    at = at + 4
  end
  if any then
    -- pcall: whom the server lets write but not publish loses hints, nothing else.
    redis.pcall('PUBLISH', channel, hint)
  end
end
return results
