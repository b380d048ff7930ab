--[[
Commits sagas of one partition under one lease, each family (a root and its children) on its own: a refused one does not take others
along. All parts are looked at before anything is written, since nothing would be rolled back.

call     owner, epoch, server: of the lease; channel, partition, origin: for the hints; now (ms): only under virtual time
         parts, each: id, root (or false), live, active, expected (version), commit, status, conditions,
           kind (of snapshot: whole, change or rest), snapshot (position of the text; false: a rest that is as it was), shown (position of the text, or false), tags { key … },
           records { position of the first text, how many }, over, clear { key … }, set { { key, ms, whether that is an instant } … },
           consume { { position, id, status, code or false, message or false } … }
result   { now, part … }; a part: { 'committed', version } or { 'conflict', version, commit };
         { now } alone where the lease is not the current one
]]
local now = now_ms()
local held = redis.call('HMGET', lease_key, 'owner', 'epoch', 'server')
if held[1] ~= call.owner or tonumber(held[2]) ~= call.epoch then
  return { now }
end
-- After a failover or a restart the lease may be one that came back, and another worker may have had a later one.
local server = server_id()
if held[3] and (held[3] ~= server or (call.server and call.server ~= server)) then
  return { now }
end

local now_prefix = string.format('%d ', now)

-- Added and removed at the end, all together: a command costs more than what it does.
local timers_set, timers_gone = {}, {}

-- Lua's stack bounds how many arguments a call may have.
local function in_pieces(command, key, arguments)
  local reply
  for first = 1, #arguments, 1000 do
    reply = redis.call(command, key, unpack(arguments, first, math.min(first + 999, #arguments)))
  end
  return reply
end

local function consume(consumed)
  local position, id, status, code, message = consumed[1], consumed[2], consumed[3], consumed[4], consumed[5]
  local key = command_key(id)
  local there = redis.call('HMGET', key, 'position', 'status', 'saga')
  if there[1] ~= position or there[2] then
    return
  end
  local fields = { 'status', status }
  if code then
    fields[3], fields[4] = 'code', code
  end
  if message then
    fields[#fields + 1], fields[#fields + 2] = 'message', message
  end
  redis.call('HSET', key, unpack(fields))
  redis.call('XDEL', pending_key, position)
  -- Again, where an older version of saga accepted it.
  keep_with_root(id, there[3])
end

-- What a saga of an older format has for a snapshot gets its new name, so that a worker of that format stops here instead of missing what
-- has come since.
local function move_snapshot(key)
  local older = redis.call('HMGET', key, 'whole', 'snapshot')
  redis.call('HSET', key, 'base', older[1] or older[2])
  redis.call('HDEL', key, 'whole', 'snapshot')
end

-- What it was found by before is what the hash says, so that an index never has what no hash stands for.
local function index(part, there, created, fields)
  local member = string.format('%016d ', created) .. part.id
  local status, conditions, shown = there[6], there[7], there[9]
  if not shown or status ~= part.status then
    if status then
      redis.call('ZREM', index_key('status:' .. status), member)
    end
    redis.call('ZADD', index_key('status:' .. part.status), 0, member)
  end
  if not shown or conditions ~= part.conditions then
    for condition in string.gmatch(conditions or '', '%S+') do
      redis.call('ZREM', index_key('condition:' .. condition), member)
    end
    for condition in string.gmatch(part.conditions, '%S+') do
      redis.call('ZADD', index_key('condition:' .. condition), 0, member)
    end
  end
  if not shown or shown == '' then
    for _, tag in ipairs(part.tags) do
      redis.call('ZADD', index_key('tag:' .. tag), 0, member)
    end
    if #part.tags > 0 then
      fields[#fields + 1], fields[#fields + 2] = 'tags', table.concat(part.tags, ' ')
    end
  end
  if part.shown or not shown then
    fields[#fields + 1], fields[#fields + 2] = 'shown', part.shown and ARGV[part.shown] or ''
  end
end

-- Since when it is over: from the first commit that says so. What was removed stays where it is.
local function keep_over(part, there)
  if part.over then
    redis.call('ZADD', over_key, 'NX', now, part.id)
  elseif there[6] and there[6] ~= 'running' then
    redis.call('ZREM', over_key, part.id)
  end
end

-- `before`: changes and held as they are there; records: how many there are now, nil where none was added.
local function keep_snapshot(part, before, fields, gone)
  local next = #fields + 1
  local held, at = string.match(before.held, '^(%d+) (%d+)$')
  if part.kind == 'rest' then
    if not held then
      local records = before.records or redis.call('LLEN', history_key(part.id))
      fields[next], fields[next + 1] = 'held', string.format('%d %d', records - part.records[2], part.expected)
      fields[next + 2], fields[next + 3] = 'records', records
      next = next + 4
    elseif before.records then
      fields[next], fields[next + 1] = 'records', before.records
      next = next + 2
    end
    if part.snapshot then
      fields[next], fields[next + 1] = 'rest', ARGV[part.snapshot]
    end
    return
  end
  fields[next], fields[next + 1] = 'held', ''
  if part.kind == 'change' then
    fields[next + 2], fields[next + 3] = 'changes', before.changes + 1
    fields[next + 4], fields[next + 5] = 'change:' .. part.expected + 1, ARGV[part.snapshot]
    return
  end
  fields[next + 2], fields[next + 3], fields[next + 4], fields[next + 5] = 'changes', 0, 'base', ARGV[part.snapshot]
  local last = tonumber(at or part.expected)
  for version = last - before.changes + 1, last do
    gone[#gone + 1] = 'change:' .. version
  end
  if held then
    gone[#gone + 1], gone[#gone + 2] = 'records', 'rest'
  end
end

local function commit(part, there)
  local key = saga_key(part.id)
  local version = part.expected + 1
  local records
  if part.records[2] > 0 then
    local lines = {}
    for position = part.records[1], part.records[1] + part.records[2] - 1 do
      lines[#lines + 1] = now_prefix .. ARGV[position]
    end
    records = in_pieces('RPUSH', history_key(part.id), lines)
  end
  if there[1] and not there[11] then
    move_snapshot(key)
  end
  local changes = tonumber(there[5] or '0')
  local held = there[11] or ''
  local fields = {
    'version', version, 'commit', part.commit, 'status', part.status, 'live', part.live and '1' or '0',
    'active', part.active and '1' or '0', 'conditions', part.conditions, 'updated', now,
  }
  local gone = {}
  keep_snapshot(part, { changes = changes, held = held, records = records }, fields, gone)
  if version == 1 then
    fields[#fields + 1], fields[#fields + 2] = 'created', now
    if part.root then
      redis.call('ZADD', children_key(part.root), 0, part.id)
    end
  end
  if not part.root and not there[10] then
    index(part, there, version == 1 and now or tonumber(there[8]), fields)
    keep_over(part, there)
  end
  for _, timer in ipairs(part.clear) do
    gone[#gone + 1] = 'timer:' .. timer
    timers_gone[#timers_gone + 1] = part.id .. ' ' .. timer
  end
  for _, timer in ipairs(part.set) do
    local due = math.max(now, timer[3] and timer[2] or now + timer[2])
    fields[#fields + 1], fields[#fields + 2] = 'timer:' .. timer[1], due
    timers_set[#timers_set + 1], timers_set[#timers_set + 2] = due, part.id .. ' ' .. timer[1]
  end
  in_pieces('HDEL', key, gone)
  in_pieces('HSET', key, fields)
  for _, consumed in ipairs(part.consume) do
    consume(consumed)
  end
  if not part.root and part.live ~= (there[3] == '1') then
    redis.call('INCRBY', live_key, part.live and 1 or -1)
  end
  if part.active ~= (there[4] == '1') then
    if part.active then
      redis.call('ZADD', active_key, 0, part.id)
    else
      redis.call('ZREM', active_key, part.id)
    end
  end
  return { 'committed', version }
end

local found, refused, roots = {}, {}, {}
for index, part in ipairs(call.parts) do
  local there = redis.call('HMGET', saga_key(part.id), 'version', 'commit', 'live', 'active', 'changes', 'status', 'conditions', 'created',
    'shown', 'removed', 'held')
  found[index] = there
  if tonumber(there[1] or '0') ~= part.expected or (part.kind == 'change' and there[11] and there[11] ~= '') then
    refused[part.root or part.id] = true
  end
end

local results = { now }
local ended = {}
for index, part in ipairs(call.parts) do
  local family = part.root or part.id
  if refused[family] then
    results[#results + 1] = { 'conflict', tonumber(found[index][1] or '0'), found[index][2] }
  else
    results[#results + 1] = commit(part, found[index])
    if ended[family] == nil then
      roots[#roots + 1] = family
    end
    ended[family] = ended[family] or (not part.root and part.status ~= 'running')
  end
end

in_pieces('ZREM', timers_key, timers_gone)
in_pieces('ZADD', timers_key, timers_set)

local hint = { call.origin, call.partition }
for _, family in ipairs(roots) do
  hint[#hint + 1] = ended[family] and 'ended' or 'committed'
  hint[#hint + 1] = family
end
if #hint > 2 then
  -- pcall: whom the server lets write but not publish loses hints, nothing else.
  redis.pcall('PUBLISH', call.channel, cjson.encode(hint))
end
return results
