--[[
Before every script: what all of them share.

KEYS[1]  the partition's root key, `{<prefix>:<partition>}`: all other keys are it and a suffix, hence in the same slot
ARGV[1]  the call, a JSON object; its fields are told at the head of each script. Ids and keys in it are percent-encoded
ARGV[n]  long texts, as they are; the call names their positions
]]
local root = KEYS[1]
local call = cjson.decode(ARGV[1])

-- hash: owner (absent: free; empty: nobody until it expires), epoch, expires, server. Never expires itself: the epoch must not begin anew
local lease_key = root .. ':lease'
local pending_key = root .. ':pending' -- stream: commands that are not consumed, oldest first
local live_key = root .. ':live' -- number: roots that still have work
local active_key = root .. ':active' -- sorted set, by name: sagas that must be read by whoever takes the partition over
local timers_key = root .. ':timers' -- sorted set by due time: '<saga> <timer>'

-- hash. head: '<version> <state> <commit> <updated> <created> <changes> <held> <shown>', since one field costs less than eight. State: live and
-- active ('1' or '0'), then status, and ':' and conditions with commas between where there are any, as in '11running:overdue,parked'. Changes: how
-- many there are since the snapshot was written whole. Held: '-', or where the log leads on from these texts '<record>:<version>:<records>': those
-- that they are of, and how many records there are. Shown: of a root, a JSON text, empty where it never said.
-- base: the snapshot as it was last written whole; 'change:<version>' each change; rest: what stands beside the log; 'timer:<key>' with the due
-- time; of a root also tags (as they stand in the names of their indexes, spaces between them) and removed ('1': it was taken away).
-- No head: not written since format 8, with its words as fields of their own, conditions with spaces between, of a root shown (absent: it is in no
-- index yet), held as '<record> <version>' or empty, records. No held either: not since format 7, with `whole` in place of base (format 3:
-- `snapshot`, and no changes)
local function saga_key(id)
  return root .. ':saga:' .. id
end

-- What the head of a saga says; of one that is not there nothing.
local function head_of(id)
  local key = saga_key(id)
  local head = redis.call('HGET', key, 'head')
  if head then
    local version, live, active, status, conditions, commit, updated, created, shown =
      string.match(head, '^(%d+) (%d)(%d)(%a+):?(%S*) (%S+) (%d+) (%d+) %d+ %S+ (.*)$')
    conditions = string.gsub(conditions, ',', ' ')
    return { version = version, live = live, status = status, conditions = conditions, commit = commit, updated = updated, created = created,
      shown = shown }
  end
  local there = redis.call('HMGET', key, 'version', 'live', 'status', 'conditions', 'commit', 'updated', 'created', 'shown')
  return { version = there[1], live = there[2], status = there[3], conditions = there[4], commit = there[5], updated = there[6],
    created = there[7], shown = there[8] }
end

local over_key = root .. ':over' -- sorted set by since when: roots that are over
local clearing_key = root .. ':clearing' -- the same: those that were removed, whose families are being taken away
local removed_key = root .. ':removed' -- the same: those of which is left only that they were there

-- set: commands of a root and its family, but for the one that began it, `start:<root>`
local function commands_key(id)
  return root .. ':commands:' .. id
end

-- sorted sets, by name: '<when it began, 16 digits> <root>', for each status, condition and tag
local function index_key(name)
  return root .. ':by:' .. name
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

-- Names the run of the server's data: another one after a failover or a restart, either of which can lose what was acknowledged, the epoch
-- of a lease too. Empty where it may not be asked.
local function server_id()
  local info = redis.pcall('INFO', 'replication')
  return type(info) == 'string' and string.match(info, 'master_replid:(%w+)') or ''
end

local function root_of(saga)
  return string.match(saga, '^(.-)%%2F%%2F') or saga
end

-- So that a command is forgotten with its root.
local function keep_with_root(id, saga)
  if id ~= 'start%3A' .. saga then
    redis.call('SADD', commands_key(root_of(saga)), id)
  end
end
