--[[
Commits sagas of one partition under one lease, each family (a root and its children) on its own: a refused one does not take others
along. All parts are looked at before anything is written, since nothing would be rolled back.

Most of what a saga costs the server is spent here, and most of that on Lua's side: so the call is texts as they are, without `lib.lua`; a head of
a part is taken apart at once; what many parts write in one place is written together; and what is there already is not written again.

KEYS     the partition's root key
ARGV     owner, epoch, server ('': any) of the lease; now (ms, '': the server's own time); channel, and the hint of all parts together; origin and
         partition, for a hint of some; how many parts; then for each its head (see `PART`) and its texts, in this order:
         snapshot (not where it is the `same`); shown; tags; records; keys of timers to clear; 'key ms at|in' of timers to set, all of them one text
         each, spaces between; and for each consumed command 'position id status', then whether it has a code and a message, and these
result   {} where the lease is not the current one; { now } where all parts were committed, else { now, part … };
         a part: '' where it was committed, { version, commit } of what is there where not
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

-- Lua's stack bounds how many arguments a call may have.
local function in_pieces(command, key, arguments, count)
  local reply
  for first = 1, count, 1000 do
    reply = redis.call(command, key, unpack(arguments, first, math.min(first + 999, count)))
  end
  return reply
end

-- What is written once for all parts: a command costs more than what it does.
local together, order = {}, {}
local function later(command, key, ...)
  local name = command .. key
  local list = together[name]
  if not list then
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
local function consume(at)
  local position, id, status, has_code, has_message = string.match(ARGV[at], '^(.-) (%S+) (%a+) (%d)(%d)$')
  local code, message
  local next = at + 1
  if has_code == '1' then
    code, next = ARGV[next], next + 1
  end
  if has_message == '1' then
    message, next = ARGV[next], next + 1
  end
  local key = root .. ':command:' .. id
  local there = redis.call('HMGET', key, 'position', 'status', 'saga')
  -- Also where it has a result already: of a commit that failed after it.
  if there[1] == position then
    later('XDEL', root .. ':pending', position)
  end
  if there[1] == position and not there[2] then
    if code and message then
      redis.call('HSET', key, 'status', status, 'code', code, 'message', message)
    elseif code then
      redis.call('HSET', key, 'status', status, 'code', code)
    elseif message then
      redis.call('HSET', key, 'status', status, 'message', message)
    else
      redis.call('HSET', key, 'status', status)
    end
    -- Again, where an older version of saga accepted it: so that it is forgotten with its root.
    if id ~= 'start%3A' .. there[3] then
      redis.call('SADD', root .. ':commands:' .. (string.match(there[3], '^(.-)%%2F%%2F') or there[3]), id)
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
      redis.call('ZREM', index_prefix .. 'condition:' .. condition, member)
    end
    for condition in string.gmatch(conditions, '[^,]+') do
      redis.call('ZADD', index_prefix .. 'condition:' .. condition, '0', member)
    end
  end
  if not said then
    for tag in string.gmatch(tags, '%S+') do
      later('ZADD', index_prefix .. 'tag:' .. tag, '0', member)
    end
  end
  if over == '1' then
    if before and before ~= 'running' then
      redis.call('ZADD', root .. ':over', 'NX', now, id)
    else
      later('ZADD', root .. ':over', now, id)
    end
  elseif before and before ~= 'running' then
    redis.call('ZREM', root .. ':over', id)
  end
  return true
end

-- Used again for every part: names and values to set (`n` of both), fields to delete.
local fields, gone = {}, {}
local n
local function put(name, value)
  fields[n + 1], fields[n + 2] = name, value
  n = n + 2
end

local function commit(part)
  local id, parent, expected, version, state, kind, over, has_shown, has_tags, clears, sets, count, replaces, consumed, _, commit_id =
    unpack(part, 1, 16)
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

  local records
  count = tonumber(count)
  if replaces ~= '0' then
    redis.call('LTRIM', history_prefix .. id, 0, -1 - replaces)
  end
  if count > 0 then
    local lines = {}
    for position = 1, count do
      lines[position] = now_prefix .. ARGV[at + position - 1]
    end
    records = in_pieces('RPUSH', history_prefix .. id, lines, count)
    at = at + count
  end

  n = 0
  local gone_count = 0
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
    local record, of = string.match(held, '^(%d+):(%d+):')
    if not record then
      records = records or redis.call('LLEN', history_prefix .. id)
      held = string.format('%d:%s:%d', records - count, expected, records)
    elseif records or replaces ~= '0' then
      records = records or redis.call('LLEN', history_prefix .. id)
      held = string.format('%s:%s:%d', record, of, records)
    end
    if snapshot then
      put('rest', snapshot)
    end
  elseif kind == 'c' then
    changes = string.format('%d', changes + 1)
    put('change:' .. version, snapshot)
  else
    put('base', snapshot)
    if changes ~= '0' then
      local last = tonumber(string.match(held, ':(%d+):') or expected)
      for older_version = last - changes + 1, last do
        gone_count = gone_count + 1
        gone[gone_count] = 'change:' .. older_version
      end
      changes = '0'
    end
    if held ~= '-' then
      gone_count = gone_count + 1
      gone[gone_count] = 'rest'
      held = '-'
    end
  end
  if not shown then
    shown = said and string.sub(head, there[6]) or ''
  end
  put('head', version .. ' ' .. state .. ' ' .. commit_id .. ' ' .. now_prefix .. created .. ' ' .. changes .. ' ' .. held .. ' ' .. shown)

  if clears == '1' then
    for timer in string.gmatch(ARGV[at], '%S+') do
      gone_count = gone_count + 1
      gone[gone_count] = 'timer:' .. timer
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
  if older then
    drop_older(key)
  end
  in_pieces('HDEL', key, gone, gone_count)
  in_pieces('HSET', key, fields, n)
  for _ = 1, tonumber(consumed) do
    at = consume(at)
  end
end

-- Of what is there: whether so many of its last records may go. Where the snapshot stays as it is, no more than lead on from its texts.
local function may_replace(part, there)
  local held = 0
  if part[6] == 'r' or part[6] == 's' then
    held = string.match(there[5], '^(%d+):')
  end
  return held and tonumber(part[13]) <= redis.call('LLEN', history_prefix .. part[1]) - held
end

local parts, refused, any_refused = {}, {}, false
local at = 10
for position = 1, tonumber(ARGV[9]) do
  local part = { string.match(ARGV[at], PART) }
  local key = saga_prefix .. part[1]
  local head, older = redis.call('HGET', key, 'head'), nil
  if not head then
    head, older = older_head(key)
  end
  local there = head and { string.match(head, HEAD) }
  part[17], part[18], part[19], part[20] = at + 1, there, head, older
  parts[position] = part
  if (there and there[1] or '0') ~= part[3] or (part[6] == 'c' and there[5] ~= '-')
    or (part[13] ~= '0' and not may_replace(part, there)) then
    refused[part[2] ~= '' and part[2] or part[1]] = true
    any_refused = true
  end
  at = at + 1 + part[15]
end

local results, hint = { now }, { ARGV[7], ARGV[8] }
if not any_refused then
  for _, part in ipairs(parts) do
    commit(part)
  end
else
  local ended, families = {}, {}
  for position, part in ipairs(parts) do
    local family = part[2] ~= '' and part[2] or part[1]
    if refused[family] then
      local version, commit_id = string.match(part[19] or '0 - ', '^(%d+) %S+ (%S*)')
      results[position + 1] = { version, commit_id }
    else
      commit(part)
      results[position + 1] = ''
      if ended[family] == nil then
        families[#families + 1] = family
      end
      ended[family] = ended[family] or (part[2] == '' and string.sub(part[5], 3, 9) ~= 'running')
    end
  end
  for _, family in ipairs(families) do
    hint[#hint + 1], hint[#hint + 2] = ended[family] and 'ended' or 'committed', family
  end
end

-- Of one key what is removed comes first: it was noted first.
for _, list in ipairs(order) do
  if list.command ~= 'ZADD' then
    in_pieces(list.command, list.key, list, list.n)
  end
end
for _, list in ipairs(order) do
  if list.command == 'ZADD' then
    in_pieces('ZADD', list.key, list, list.n)
  end
end
if live_change ~= 0 then
  redis.call('INCRBY', root .. ':live', live_change)
end

-- pcall: whom the server lets write but not publish loses hints, nothing else.
if not any_refused then
  redis.pcall('PUBLISH', ARGV[5], ARGV[6])
elseif #hint > 2 then
  redis.pcall('PUBLISH', ARGV[5], cjson.encode(hint))
end
return results
