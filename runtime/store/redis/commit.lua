--[[
Commits sagas of one partition under one lease, each on its own: a refused one does not take others along. A part is looked at before
anything of it is written, since nothing would be rolled back.

call     owner, epoch: of the lease; channel, partition, origin: for the hints; now (ms): only under virtual time
         parts, each: id, expected (version), commit, status, conditions, snapshot (position of the text),
           records { position of the first text, how many }, clear { key … }, set { { key, delay (ms) } … },
           consume { { position, id, status, code or false, message or false } … }
result   { now, part … }; a part: { 'committed', version } or { 'conflict', version, commit };
         { now } alone where the lease is not the current one
]]
local now = now_ms()
local held = redis.call('HMGET', lease_key, 'owner', 'epoch')
if held[1] ~= call.owner or tonumber(held[2]) ~= call.epoch then
  return { now }
end

local now_prefix = string.format('%d ', now)

local function consume(consumed)
  local position, id, status, code, message = consumed[1], consumed[2], consumed[3], consumed[4], consumed[5]
  local key = command_key(id)
  local there = redis.call('HMGET', key, 'position', 'status')
  if there[1] ~= position or there[2] then
    return
  end
  redis.call('HSET', key, 'status', status)
  if code then
    redis.call('HSET', key, 'code', code)
  end
  if message then
    redis.call('HSET', key, 'message', message)
  end
  redis.call('XDEL', pending_key, position)
end

local function commit(part)
  local key = saga_key(part.id)
  local there = redis.call('HMGET', key, 'version', 'commit', 'status')
  local version = tonumber(there[1] or '0')
  if version ~= part.expected then
    return { 'conflict', version, there[2] }
  end

  version = version + 1
  if part.records[2] > 0 then
    local history = history_key(part.id)
    for position = part.records[1], part.records[1] + part.records[2] - 1 do
      redis.call('RPUSH', history, now_prefix .. ARGV[position])
    end
  end
  redis.call('HSET', key, 'version', version, 'commit', part.commit, 'status', part.status, 'conditions', part.conditions,
    'updated', now, 'snapshot', ARGV[part.snapshot])
  if version == 1 then
    redis.call('HSET', key, 'created', now)
  end
  for _, timer in ipairs(part.clear) do
    if redis.call('HDEL', key, 'timer:' .. timer) == 1 then
      redis.call('ZREM', timers_key, part.id .. ' ' .. timer)
    end
  end
  for _, timer in ipairs(part.set) do
    local due = now + timer[2]
    redis.call('HSET', key, 'timer:' .. timer[1], due)
    redis.call('ZADD', timers_key, due, part.id .. ' ' .. timer[1])
  end
  for _, consumed in ipairs(part.consume) do
    consume(consumed)
  end
  if part.status ~= there[3] then
    if part.status == 'running' then
      redis.call('ZADD', live_key, 0, part.id)
    else
      redis.call('ZREM', live_key, part.id)
    end
  end
  return { 'committed', version }
end

local results = { now }
local hint = { call.origin, call.partition }
for _, part in ipairs(call.parts) do
  local result = commit(part)
  results[#results + 1] = result
  if result[1] == 'committed' then
    hint[#hint + 1] = part.status == 'running' and 'committed' or 'ended'
    hint[#hint + 1] = part.id
  end
end
if #hint > 2 then
  -- pcall: whom the server lets write but not publish loses hints, nothing else.
  redis.pcall('PUBLISH', call.channel, cjson.encode(hint))
end
return results
