--[[
Takes away what is over in a partition: first what it was, then that it was. Every step leaves a state that the next call goes on from.

call     keep, remember (ms); limit: rows at most, about; forget { root … }: whose claims are free already; now (ms): only under virtual time
result   { removed, forgotten, rows that were left of the limit, { { root, since when (ms) } … } that are to be forgotten }
]]
local now = now_ms()
local left = call.limit
local removed, forgotten = 0, 0

local function clear_timers(id)
  local fields = redis.call('HKEYS', saga_key(id))
  for _, field in ipairs(fields) do
    if string.sub(field, 1, 6) == 'timer:' then
      redis.call('ZREM', timers_key, id .. ' ' .. string.sub(field, 7))
    end
  end
end

local function remove(id, since)
  local key = saga_key(id)
  local there = head_of(id)
  local member = string.format('%016d ', there.created) .. id
  redis.call('ZREM', index_key('status:' .. there.status), member)
  for condition in string.gmatch(there.conditions, '%S+') do
    redis.call('ZREM', index_key('condition:' .. condition), member)
  end
  for tag in string.gmatch(redis.call('HGET', key, 'tags') or '', '%S+') do
    redis.call('ZREM', index_key('tag:' .. tag), member)
  end
  clear_timers(id)
  redis.call('ZREM', active_key, id)
  redis.call('UNLINK', key, history_key(id))
  local words = { string.format('%d', there.version + 1), '00' .. there.status, there.commit, there.updated, there.created, '0', '-', '' }
  redis.call('HSET', key, 'head', table.concat(words, ' '), 'base', '', 'removed', '1')
  redis.call('ZREM', over_key, id)
  redis.call('ZADD', clearing_key, since, id)
  removed = removed + 1
  left = left - 1
end

local function clear(id, since)
  for _, child in ipairs(redis.call('ZRANGE', children_key(id), 0, left - 1)) do
    clear_timers(child)
    redis.call('ZREM', active_key, child)
    redis.call('UNLINK', saga_key(child), history_key(child))
    redis.call('ZREM', children_key(id), child)
    left = left - 1
  end
  if left > 0 then
    redis.call('ZREM', clearing_key, id)
    redis.call('ZADD', removed_key, since, id)
    left = left - 1
  end
end

local function drop_command(id)
  local key = command_key(id)
  local there = redis.call('HMGET', key, 'position', 'status')
  if there[1] and not there[2] then
    redis.call('XDEL', pending_key, there[1])
  end
  redis.call('UNLINK', key)
  left = left - 1
end

local free = {}
for _, id in ipairs(call.forget) do
  free[id] = true
end
local due_to_forget = {}

local function forget(id, since)
  if not free[id] then
    due_to_forget[#due_to_forget + 1] = { id, string.format('%d', since + call.keep + call.remember) }
    return
  end
  for _, command in ipairs(redis.call('SRANDMEMBER', commands_key(id), left)) do
    drop_command(command)
    redis.call('SREM', commands_key(id), command)
  end
  -- Whatever was written of it since it was removed.
  if left > 0 then
    clear(id, since)
  end
  if left > 0 then
    local start = 'start%3A' .. id
    if redis.call('HGET', command_key(start), 'saga') == id then
      drop_command(start)
    end
    clear_timers(id)
    redis.call('ZREM', active_key, id)
    if head_of(id).live == '1' then
      redis.call('INCRBY', live_key, -1)
    end
    redis.call('UNLINK', saga_key(id), history_key(id))
    redis.call('ZREM', removed_key, id)
    forgotten = forgotten + 1
    left = left - 1
  end
end

local function each(key, until_ms, act)
  if left <= 0 then
    return
  end
  local due = redis.call('ZRANGEBYSCORE', key, '-inf', until_ms, 'WITHSCORES', 'LIMIT', 0, left)
  for position = 1, #due, 2 do
    if left <= 0 then
      return
    end
    act(due[position], due[position + 1])
  end
end

each(over_key, now - call.keep, remove)
each(clearing_key, '+inf', clear)
each(removed_key, now - call.keep - call.remember, forget)
return { removed, forgotten, left, due_to_forget }
