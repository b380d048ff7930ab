--[[
Says under which version a saga's id is started: whoever says so first. KEYS[1] is `{<prefix>:start:<saga>/<command>}` here, a hash: version,
at (when it was last said, ms), and until the start is known to be there also its payload, so that whoever comes next can append it.

call     version, payload (position of the text); from, at: a claim that it may be taken from, as nothing of its start is left, by its version and
         when that was said; now (ms): only under virtual time
result   {} where it is this version from now on, { version, payload or '', at or '' } of the one that it is already
]]
local there = redis.call('HMGET', root, 'version', 'payload', 'at')
local at = there[3] or ''
-- Made anew since it was looked at, it has another time. Of this version too the start may have been forgotten, and is appended anew: then
-- others have to find what with.
local settled = not there[2] and (there[1] == call.version or (there[1] == call.from and at == call.at))
if there[1] and not settled then
  return { there[1], there[2] or '', at }
end
redis.call('HSET', root, 'version', call.version, 'at', now_ms(), 'payload', ARGV[call.payload])
return {}
