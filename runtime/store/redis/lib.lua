--[[
Before every script: what all of them share.

KEYS[1]  the partition's root key, `{<prefix>:<partition>}`: all other keys are it and a suffix, hence in the same slot
ARGV[1]  the call, a JSON object; its fields are told at the head of each script. Ids and keys in it are percent-encoded
ARGV[n]  long texts, as they are; the call names their positions
]]
local root = KEYS[1]
local call = cjson.decode(ARGV[1])

local lease_key = root .. ':lease' -- hash: owner (absent: free), epoch, expires. Never expires itself: the epoch must not begin anew
local pending_key = root .. ':pending' -- stream: commands that are not consumed, oldest first
local live_key = root .. ':live' -- sorted set, by name: roots that still have work
local timers_key = root .. ':timers' -- sorted set by due time: '<saga> <timer>'

-- hash: version, commit, status, live ('1' or '0'), conditions, created, updated, snapshot, and 'timer:<key>' with the due time
local function saga_key(id)
  return root .. ':saga:' .. id
end

-- list: '<time> <record>'; the record with number n is the n-th. (A stream would take 4 KiB for a handful of records.)
local function history_key(id)
  return root .. ':history:' .. id
end

-- sorted set, by name: the children of a root
local function children_key(id)
  return root .. ':children:' .. id
end

-- hash: saga, kind, payload, accepted, position; once consumed also status, code, message
local function command_key(id)
  return root .. ':command:' .. id
end

-- Milliseconds: the virtual time that was handed in, or the server's own.
local function now_ms()
  if call.now then
    return call.now
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
