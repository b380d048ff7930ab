--[[
Before `commit.lua`, which says what the call holds: looks at the lease, and says what is to be written of a part. Only `drop_older` writes, which is
called later.
]]
-- Of a part: id, root of a child or '', version it is of, the next one; state, as in a head; what its snapshot is (whole, change, rest, same) and
-- whether it is over and has shown, tags, timers to clear and to set; how many records, in the
-- place of how many, how many commands and texts; the commit's id.
local PART = '^(%S+) (%S*) (%d+) (%d+) (%S+) (%a)(%d)(%d)(%d)(%d)(%d) (%d+) (%d+) (%d+) (%d+) (%S+)$'
-- Of what is there: version, state, created, changes, held, where shown begins. See `lib.lua`.
local HEAD = '^(%d+) (%S+) %S+ %d+ (%d+) (%d+) (%S+) ()'
local root = KEYS[1]
local held = redis.call('HMGET', root .. ':lease', 'owner', 'epoch', 'server')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then
  return {}
end
-- After a failover or a restart the lease may be one that came back, and another worker may have had a later one.
if held[3] then
  local info = redis.pcall('INFO', 'replication')
  local server = type(info) == 'string' and string.match(info, 'master_replid:(%w+)') or ''
  if held[3] ~= server or (ARGV[3] ~= '' and ARGV[3] ~= server) then
    return {}
  end
end
-- A text: of a number the server would have to make one each time.
local now = ARGV[4]
if now == '' then
  local time = redis.call('TIME')
  now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
end
local now_prefix = now .. ' '
local saga_prefix, history_prefix, index_prefix = root .. ':saga:', root .. ':history:', root .. ':by:'

-- Lua's stack bounds how many arguments a call may have. An error that `call` hands over ends it.
local function in_pieces(call, command, key, arguments, from, to)
  local reply
  for first = from, to, 1000 do
    reply = call(command, key, unpack(arguments, first, math.min(first + 999, to)))
    if type(reply) == 'table' and reply.err then
      return reply
    end
  end
  return reply
end

-- The first key that holds what is not ours, and what it says of that.
local wrong
local function look_at(key, kind)
  local there = redis.call('TYPE', key).ok
  if there ~= kind and there ~= 'none' then
    wrong = wrong or key .. ' is a ' .. there .. ', not a ' .. kind
  end
end

-- What is written once for all parts: a command costs more than what it does.
local together, order = {}, {}
local function later(command, key, ...)
  local name = command .. key
  local list = together[name]
  if not list then
    look_at(key, command == 'XDEL' and 'stream' or 'zset')
    list = { command = command, key = key, n = 0 }
    together[name] = list
    order[#order + 1] = list
  end
  for position = 1, select('#', ...) do
    list[list.n + position] = select(position, ...)
  end
  list.n = list.n + select('#', ...)
end
local live_change = 0

-- Of a command that is not pending any more the first result stays.
local taken, results_of = {}, {}
local function consume(at)
  local position, id, status, has_code, has_message = string.match(ARGV[at], '^(.-) (%S+) (%a+) (%d)(%d)$')
  local said = { 'status', status }
  local next = at + 1
  if has_code == '1' then
    said[3], said[4], next = 'code', ARGV[next], next + 1
  end
  if has_message == '1' then
    said[#said + 1], said[#said + 2], next = 'message', ARGV[next], next + 1
  end
  local key = root .. ':command:' .. id
  local there = redis.pcall('HMGET', key, 'position', 'status', 'saga')
  if there.err then
    look_at(key, 'hash')
  end
  -- Also where it has a result already: of a commit that failed after it.
  if there[1] == position then
    later('XDEL', root .. ':pending', position)
  end
  if there[1] == position and not there[2] and not taken[key] then
    taken[key] = true
    local result = { key = key, said = said }
    results_of[#results_of + 1] = result
    -- Again, where an older version of saga accepted it: so that it is forgotten with its root.
    if id ~= 'start%3A' .. there[3] then
      result.id, result.kept = id, root .. ':commands:' .. (string.match(there[3], '^(.-)%%2F%%2F') or there[3])
      look_at(result.kept, 'set')
    end
  end
  return next
end

-- The head that a saga of an older format would have, and whether it is in an index; nothing where there is none.
local function older_head(key)
  local there = redis.call('HMGET', key, 'version', 'live', 'active', 'status', 'conditions', 'commit', 'updated', 'created', 'changes', 'held',
    'records', 'shown')
  if not there[1] then
    return nil
  end
  local state = there[2] .. there[3] .. there[4]
  if there[5] ~= '' then
    state = state .. ':' .. string.gsub(there[5], ' ', ',')
  end
  local commit_id = string.gsub(there[6], '[^%w_.~-]', function(char)
    return string.format('%%%02X', string.byte(char))
  end)
  local record, version = string.match(there[10] or '', '^(%d+) (%d+)$')
  local held = record and table.concat({ record, version, there[11] }, ':') or '-'
  local said = { there[1], state, commit_id, there[7], there[8], there[9] or '0', held, there[12] or '' }
  return table.concat(said, ' '), there[12] and 'listed' or 'unlisted'
end

-- So that a worker of that format stops here instead of missing what has come since. A head must follow at once: without one or the other nobody
-- can read the saga.
local function drop_older(key)
  local there = redis.call('HMGET', key, 'base', 'whole', 'snapshot')
  redis.call('HSET', key, 'base', there[1] or there[2] or there[3])
  redis.call('HDEL', key, 'whole', 'snapshot', 'version', 'live', 'active', 'status', 'conditions', 'commit', 'updated', 'created', 'changes',
    'held', 'records', 'shown')
end

-- Status and conditions of a state.
local function parts_of(state)
  return string.match(state, '^%d%d(%a+):?(.*)$')
end

-- What it was found by before is what the hash says, so that an index never has what no hash stands for. Over it is from the first commit that
-- says so. What was removed stays where it is. `listed`: whether it is in an index. `said`: whether it ever said what it is shown by.
local function index(id, key, state_before, listed, said, state, created, tags, over)
  if state_before and redis.call('HGET', key, 'removed') then
    return false
  end
  local member = string.format('%016d ', created) .. id
  local before, conditions_before
  if state_before then
    before, conditions_before = parts_of(state_before)
  end
  local status, conditions = parts_of(state)
  if not listed or before ~= status then
    if before then
      later('ZREM', index_prefix .. 'status:' .. before, member)
    end
    later('ZADD', index_prefix .. 'status:' .. status, '0', member)
  end
  if not listed or conditions_before ~= conditions then
    for condition in string.gmatch(conditions_before or '', '[^,]+') do
      later('ZREM', index_prefix .. 'condition:' .. condition, member)
    end
    for condition in string.gmatch(conditions, '[^,]+') do
      later('ZADD', index_prefix .. 'condition:' .. condition, '0', member)
    end
  end
  if not said then
    for tag in string.gmatch(tags, '%S+') do
      later('ZADD', index_prefix .. 'tag:' .. tag, '0', member)
    end
  end
  if over == '1' then
    later(before and before ~= 'running' and 'ZADD NX' or 'ZADD', root .. ':over', now, id)
  elseif before and before ~= 'running' then
    later('ZREM', root .. ':over', id)
  end
  return true
end

-- Of all parts: names and values to set, and fields to delete. `n` and `gone_count`: how many there are.
local fields, gone, n, gone_count = {}, {}, 0, 0
local function put(name, value)
  fields[n + 1], fields[n + 2], n = name, value, n + 2
end
local function drop(name)
  gone_count = gone_count + 1
  gone[gone_count] = name
end
-- Where in a part stands what is to be written of it, behind what it is (see `PART`): from and to where in these, the head of which the log may still say
-- more (its first words, `held` and `shown`), how many records, where they begin, and how many there are then. A table of their own would cost more.
local FIELDS_FROM, FIELDS_TO, GONE_FROM, GONE_TO, FIRST_WORDS, HELD, SHOWN, COUNT, LINES_AT, RECORDS = 21, 22, 23, 24, 25, 26, 27, 28, 29, 30

-- Reads only: what is to be written of a part.
local function plan(part)
  local id, parent, expected, version, state, kind, over, has_shown, has_tags, clears, sets, count, _, consumed = unpack(part, 1, 14)
  local at, there, head, older = part[17], part[18], part[19], part[20]
  local key = saga_prefix .. id
  local state_before, created, changes, held, said = nil, now, '0', '-', false
  if there then
    state_before, created, changes, held = there[2], there[3], there[4], there[5]
    said = there[6] <= #head
  end
  local snapshot, shown, tags = nil, nil, ''
  if kind ~= 's' then
    snapshot, at = ARGV[at], at + 1
  end
  if has_shown == '1' then
    shown, at = ARGV[at], at + 1
  end
  if has_tags == '1' then
    tags, at = ARGV[at], at + 1
  end
  local lines_at = at
  count = tonumber(count)
  at = at + count

  part[FIELDS_FROM], part[GONE_FROM], part[COUNT], part[LINES_AT] = n + 1, gone_count + 1, count, lines_at
  put('head', '')
  if parent ~= '' then
    if not there then
      later('ZADD', root .. ':children:' .. parent, '0', id)
    end
  -- Whether it is live and active is in no index.
  elseif not said or over == '1' or string.sub(state, 3) ~= string.sub(state_before, 3) or string.sub(state, 3, 9) ~= 'running' then
    local listed = there and older ~= 'unlisted'
    if not index(id, key, state_before, listed, said, state, created, tags, over) then
      shown = nil
    elseif has_tags == '1' and not said then
      put('tags', tags)
    end
  end
  if state ~= state_before then
    local live, active = string.sub(state, 1, 1), string.sub(state, 2, 2)
    local live_before, active_before = '0', nil
    if there then
      live_before, active_before = string.sub(state_before, 1, 1), string.sub(state_before, 2, 2)
    end
    if parent == '' and live ~= live_before then
      live_change = live_change + (live == '1' and 1 or -1)
    end
    if active == '1' and active_before ~= '1' then
      later('ZADD', root .. ':active', '0', id)
    elseif active == '0' and active_before == '1' then
      later('ZREM', root .. ':active', id)
    end
  end

  -- Of the snapshot: which records its texts hold, and of which version they are, once the log leads on from them.
  if kind == 'r' or kind == 's' then
    if snapshot then
      put('rest', snapshot)
    end
    if count == 0 and held == '-' then
      -- What it replaces is still there.
      part[RECORDS] = redis.call('LLEN', history_prefix .. id) - part[13]
    end
  elseif kind == 'c' then
    changes = string.format('%d', changes + 1)
    put('change:' .. version, snapshot)
  else
    put('base', snapshot)
    if changes ~= '0' then
      local last = tonumber(string.match(held, ':(%d+):') or expected)
      for older_version = last - changes + 1, last do
        drop('change:' .. older_version)
      end
      changes = '0'
    end
    if held ~= '-' then
      drop('rest')
      held = '-'
    end
  end
  if not shown then
    shown = said and string.sub(head, there[6]) or ''
  end

  if clears == '1' then
    for timer in string.gmatch(ARGV[at], '%S+') do
      drop('timer:' .. timer)
      later('ZREM', root .. ':timers', id .. ' ' .. timer)
    end
    at = at + 1
  end
  if sets == '1' then
    for timer, ms, from in string.gmatch(ARGV[at], '(%S+) (%S+) (%a+)') do
      local due = math.min(math.max(tonumber(now), from == 'at' and tonumber(ms) or now + ms), 9007199254740991)
      put('timer:' .. timer, due)
      later('ZADD', root .. ':timers', due, id .. ' ' .. timer)
    end
    at = at + 1
  end
  for _ = 1, tonumber(consumed) do
    at = consume(at)
  end
  part[FIRST_WORDS] = version .. ' ' .. state .. ' ' .. part[16] .. ' ' .. now_prefix .. created .. ' ' .. changes .. ' '
  part[HELD], part[SHOWN], part[FIELDS_TO], part[GONE_TO] = held, shown, n, gone_count
end
