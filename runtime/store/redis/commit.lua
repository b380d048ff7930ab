--[[
Commits sagas of one partition under one lease, each family (a root and its children) on its own: a refused one does not take others
along. Nothing would be rolled back: so all that can fail is looked at or tried before anything else is written, keys that hold something else too.

Most of what a saga costs the server is spent here, and most of that on Lua's side: so the call is texts as they are, without `lib.lua`; a head of
a part is taken apart at once; what many parts write in one place is written together; and what is there already is not written again.

KEYS     the partition's root key
ARGV     owner, epoch, server ('': any) of the lease; now (ms, '': the server's own time); channel, and the hint of all parts together; origin and
         partition, for a hint of some; how many parts; then for each its head (see `PART`) and its texts, in this order:
         snapshot (not where it is the `same`); shown; tags; records; keys of timers to clear; 'key ms at|in' of timers to set, all of them one text
         each, spaces between; and for each consumed command 'position id status', then whether it has a code and a message, and these
result   WRONGTYPE where a key holds what is not ours, and nothing is written; {} where the lease is not the current one; { now } where all parts were committed, else { now, part … };
         a part: '' where it was committed, { version, commit } of what is there where not
]]
local function push(call, part)
  local lines, count, at = {}, part[COUNT], part[LINES_AT] - 1
  for position = 1, count do
    lines[position] = now_prefix .. ARGV[at + position]
  end
  local reply = in_pieces(call, 'RPUSH', history_prefix .. part[1], lines, 1, count)
  part[RECORDS] = reply
  return reply
end

-- Where records are replaced the list was looked at.
local function may_fail(part)
  return part[COUNT] > 0 and part[13] == '0'
end

-- What else can fail, and can be taken back. An error, where it did.
local function try(parts)
  if live_change ~= 0 then
    local reply = redis.pcall('INCRBY', root .. ':live', live_change)
    if type(reply) == 'table' then
      return reply
    end
  end
  for position, part in ipairs(parts) do
    local reply = may_fail(part) and push(redis.pcall, part)
    if type(reply) == 'table' then
      for before = 1, position - 1 do
        if may_fail(parts[before]) then
          redis.call('LTRIM', history_prefix .. parts[before][1], 0, -1 - parts[before][COUNT])
        end
      end
      if live_change ~= 0 then
        redis.call('INCRBY', root .. ':live', -live_change)
      end
      return reply
    end
  end
end

local function write(part)
  local id, kind, replaces, held = part[1], part[6], part[13], part[HELD]
  if replaces ~= '0' then
    redis.call('LTRIM', history_prefix .. id, 0, -1 - replaces)
    if part[COUNT] > 0 then
      push(redis.call, part)
    end
  end
  if kind == 'r' or kind == 's' then
    local records = part[RECORDS]
    local record, of = string.match(held, '^(%d+):(%d+):')
    if not record then
      held = string.format('%d:%s:%d', records - part[COUNT], part[3], records)
    elseif records or replaces ~= '0' then
      records = records or redis.call('LLEN', history_prefix .. id)
      held = string.format('%s:%s:%d', record, of, records)
    end
  end
  fields[part[FIELDS_FROM] + 1] = part[FIRST_WORDS] .. held .. ' ' .. part[SHOWN]
  local key = saga_prefix .. id
  if part[20] then
    drop_older(key)
  end
  in_pieces(redis.call, 'HDEL', key, gone, part[GONE_FROM], part[GONE_TO])
  in_pieces(redis.call, 'HSET', key, fields, part[FIELDS_FROM], part[FIELDS_TO])
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
  local head, older = redis.pcall('HGET', key, 'head'), nil
  if type(head) == 'table' then
    look_at(key, 'hash')
    return redis.error_reply('WRONGTYPE ' .. (wrong or key .. ' cannot be read: ' .. head.err))
  end
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

local results, good = { now }, parts
local hint, ended, families = { ARGV[7], ARGV[8] }, {}, {}
if any_refused then
  good = {}
  for position, part in ipairs(parts) do
    local family = part[2] ~= '' and part[2] or part[1]
    if refused[family] then
      local version, commit_id = string.match(part[19] or '0 - ', '^(%d+) %S+ (%S*)')
      results[position + 1] = { version, commit_id }
    else
      good[#good + 1] = part
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

for _, part in ipairs(good) do
  plan(part)
end
if wrong then
  return redis.error_reply('WRONGTYPE ' .. wrong)
end
local failed = try(good)
if failed then
  return failed
end
for _, part in ipairs(good) do
  write(part)
end
for _, result in ipairs(results_of) do
  redis.call('HSET', result.key, unpack(result.said))
  if result.kept then
    redis.call('SADD', result.kept, result.id)
  end
end
-- Of one key what is removed comes first: it was noted first.
for _, list in ipairs(order) do
  if list.command == 'ZREM' or list.command == 'XDEL' then
    in_pieces(redis.call, list.command, list.key, list, 1, list.n)
  end
end
for _, list in ipairs(order) do
  if list.command == 'ZADD' then
    in_pieces(redis.call, 'ZADD', list.key, list, 1, list.n)
  elseif list.command == 'ZADD NX' then
    for position = 1, list.n, 2 do
      redis.call('ZADD', list.key, 'NX', list[position], list[position + 1])
    end
  end
end

-- pcall: whom the server lets write but not publish loses hints, nothing else.
if not any_refused then
  redis.pcall('PUBLISH', ARGV[5], ARGV[6])
elseif #hint > 2 then
  redis.pcall('PUBLISH', ARGV[5], cjson.encode(hint))
end
return results
