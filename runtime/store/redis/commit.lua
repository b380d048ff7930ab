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
local PART = '^(%S+) (%S*) (%d+) (%d+) (%a+) (%d)(%d)(%d) (%S*) (%a+) (%d)(%d) (%d+) (%d)(%d) (%d+) (%d+) (.*)$'
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
    redis.call('XDEL', root .. ':pending', position)
    -- Again, where an older version of saga accepted it: so that it is forgotten with its root.
    if id ~= 'start%3A' .. there[3] then
      redis.call('SADD', root .. ':commands:' .. (string.match(there[3], '^(.-)%%2F%%2F') or there[3]), id)
    end
  end
  return next
end

-- What a saga of an older format has for a snapshot gets its new name, so that a worker of that format stops here instead of missing what
-- has come since.
local function move_snapshot(key)
  local older = redis.call('HMGET', key, 'whole', 'snapshot')
  redis.call('HSET', key, 'base', older[1] or older[2])
  redis.call('HDEL', key, 'whole', 'snapshot')
end

-- What it was found by before is what the hash says, so that an index never has what no hash stands for. Over it is from the first commit that
-- says so. What was removed stays where it is.
local function index(id, key, there, status, conditions, tags, over)
  local created, removed = now, false
  if there[1] then
    local more = redis.call('HMGET', key, 'created', 'removed')
    created, removed = more[1], more[2]
  end
  if removed then
    return false
  end
  local member = string.format('%016d ', created) .. id
  local before, conditions_before, shown = there[4], there[5], there[6]
  if not shown or before ~= status then
    if before then
      later('ZREM', index_prefix .. 'status:' .. before, member)
    end
    later('ZADD', index_prefix .. 'status:' .. status, '0', member)
  end
  if not shown or conditions_before ~= conditions then
    for condition in string.gmatch(conditions_before or '', '%S+') do
      redis.call('ZREM', index_prefix .. 'condition:' .. condition, member)
    end
    for condition in string.gmatch(conditions, '%S+') do
      redis.call('ZADD', index_prefix .. 'condition:' .. condition, '0', member)
    end
  end
  if not shown or shown == '' then
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
  local id, parent, expected, version, status, live, active, over, conditions, kind, has_shown, has_tags, count, clears, sets, consumed, _,
    commit_id = unpack(part, 1, 18)
  local at, there = part[19], part[20]
  local key = saga_prefix .. id
  local is_there = there[1]
  if is_there and not there[7] then
    move_snapshot(key)
  end
  if conditions ~= '' then
    conditions = string.gsub(conditions, ',', ' ')
  end
  local snapshot, shown, tags = nil, nil, ''
  if kind ~= 'same' then
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
  if count > 0 then
    local lines = {}
    for position = 1, count do
      lines[position] = now_prefix .. ARGV[at + position - 1]
    end
    records = in_pieces('RPUSH', history_prefix .. id, lines, count)
    at = at + count
  end

  fields[1], fields[2], fields[3], fields[4], fields[5], fields[6] = 'version', version, 'commit', commit_id, 'updated', now
  n = 6
  local gone_count = 0
  if not is_there then
    put('created', now)
    if parent ~= '' then
      later('ZADD', root .. ':children:' .. parent, '0', id)
    end
  end
  local status_before, conditions_before, shown_before = there[4], there[5], there[6]
  if parent == '' then
    local found = true
    if not shown_before or shown_before == '' or status_before ~= status or conditions_before ~= conditions or over == '1'
      or status_before ~= 'running' then
      found = index(id, key, there, status, conditions, tags, over)
    end
    if found and has_tags == '1' and (not shown_before or shown_before == '') then
      put('tags', tags)
    end
    if found and ((shown and shown ~= shown_before) or not shown_before) then
      put('shown', shown or '')
    end
    if live ~= (there[2] or '0') then
      live_change = live_change + (live == '1' and 1 or -1)
    end
  end
  if status_before ~= status then
    put('status', status)
  end
  if conditions_before ~= conditions then
    put('conditions', conditions)
  end
  if there[2] ~= live then
    put('live', live)
  end
  if there[3] ~= active then
    put('active', active)
    if active == '1' then
      later('ZADD', root .. ':active', '0', id)
    elseif there[3] then
      later('ZREM', root .. ':active', id)
    end
  end

  -- Of the snapshot: which records its texts hold, and of which version they are, once the log leads on from them.
  local held_record, held_version = string.match(there[7] or '', '^(%d+) (%d+)$')
  local changes = there[8] or '0'
  if kind == 'rest' or kind == 'same' then
    if not held_record then
      records = records or redis.call('LLEN', history_prefix .. id)
      put('held', string.format('%d %s', records - count, expected))
      put('records', records)
    elseif records then
      put('records', records)
    end
    if snapshot then
      put('rest', snapshot)
    end
  else
    if there[7] ~= '' then
      put('held', '')
    end
    if kind == 'change' then
      put('changes', string.format('%d', changes + 1))
      put('change:' .. version, snapshot)
    else
      put('base', snapshot)
      if there[8] ~= '0' then
        put('changes', '0')
        local last = tonumber(held_version or expected)
        for older = last - changes + 1, last do
          gone_count = gone_count + 1
          gone[gone_count] = 'change:' .. older
        end
      end
      if held_record then
        gone[gone_count + 1], gone[gone_count + 2] = 'records', 'rest'
        gone_count = gone_count + 2
      end
    end
  end

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
      local due = math.max(tonumber(now), from == 'at' and tonumber(ms) or now + ms)
      put('timer:' .. timer, due)
      later('ZADD', root .. ':timers', due, id .. ' ' .. timer)
    end
    at = at + 1
  end
  in_pieces('HDEL', key, gone, gone_count)
  in_pieces('HSET', key, fields, n)
  for _ = 1, tonumber(consumed) do
    at = consume(at)
  end
end

local parts, refused, any_refused = {}, {}, false
local at = 10
for position = 1, tonumber(ARGV[9]) do
  local part = { string.match(ARGV[at], PART) }
  local there = redis.call('HMGET', saga_prefix .. part[1], 'version', 'live', 'active', 'status', 'conditions', 'shown', 'held', 'changes')
  part[19], part[20] = at + 1, there
  parts[position] = part
  if (there[1] or '0') ~= part[3] or (part[10] == 'change' and there[7] and there[7] ~= '') then
    refused[part[2] ~= '' and part[2] or part[1]] = true
    any_refused = true
  end
  at = at + 1 + part[17]
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
      results[position + 1] = { part[20][1] or '0', redis.call('HGET', saga_prefix .. part[1], 'commit') }
    else
      commit(part)
      results[position + 1] = ''
      if ended[family] == nil then
        families[#families + 1] = family
      end
      ended[family] = ended[family] or (part[2] == '' and part[5] ~= 'running')
    end
  end
  for _, family in ipairs(families) do
    hint[#hint + 1], hint[#hint + 2] = ended[family] and 'ended' or 'committed', family
  end
end

-- Of one key what is removed comes first: it was noted first.
for _, list in ipairs(order) do
  if list.command == 'ZREM' then
    in_pieces('ZREM', list.key, list, list.n)
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
