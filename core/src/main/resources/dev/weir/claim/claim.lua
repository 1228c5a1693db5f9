-- Settles uuids for an attempt: absent or expired -> mine; else the stored owner is answered.
-- With a `from`, a uuid that `from` owns becomes mine too (compare and set).
-- Then puts off the expiry of buckets where that is due, and takes the expired claims out of them.
-- Running it again for the same attempt changes nothing and answers the same.
--
-- KEYS[1]   where the epoch is kept        KEYS[2..]  the bucket of each uuid, then the buckets
--                                                     to look after
-- ARGV[1]   the epoch that must be there   ARGV[2]    the attempt, 12 bytes
-- ARGV[3]   from, 12 bytes or empty        ARGV[4]    attempts before this second have expired
-- ARGV[5]   length of a field, bytes       ARGV[6]    per uuid: its field, and the content hash
-- ARGV[7]   after so many seconds an                  (4 bytes)
--           unused bucket goes             ARGV[8]    with fewer left it is put off
--
-- Answers the number of uuids if all of them are mine; else one string, per uuid either "\1" (mine)
-- or "\2" and the stored 16 bytes (attempt, content hash).
local call, sub, byte = redis.call, string.sub, string.byte

if call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('WEIREPOCH the claims are not those that this client opened')
end

local attempt, from = ARGV[2], ARGV[3]
local horizon = tonumber(ARGV[4])
local width, packed = tonumber(ARGV[5]), ARGV[6]

local function expired(value)
  local a, b, c, d = byte(value, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d < horizon
end

local count = #packed / (width + 4)
local answers
local at = 1
for i = 1, count do
  local bucket = KEYS[i + 1]
  local field = sub(packed, at, at + width - 1)
  local mine = attempt .. sub(packed, at + width, at + width + 3)
  at = at + width + 4
  local answer = '\1'
  local stored = call('HGET', bucket, field)
  if not stored then
    call('HSET', bucket, field, mine)
  else
    local owner = sub(stored, 1, 12)
    if owner ~= attempt then
      if owner == from or expired(stored) then
        call('HSET', bucket, field, mine)
      else
        answer = '\2' .. stored
      end
    end
  end
  if answers then
    answers[i] = answer
  elseif answer ~= '\1' then
    answers = {}
    for j = 1, i - 1 do
      answers[j] = '\1'
    end
    answers[i] = answer
  end
end

-- Bounded: a bucket far beyond its plan is looked at in samples.
local function purge(bucket)
  local found
  if call('HLEN', bucket) <= 512 then
    found = call('HGETALL', bucket)
  else
    found = call('HRANDFIELD', bucket, 256, 'WITHVALUES')
  end
  local gone = {}
  for i = 1, #found, 2 do
    if expired(found[i + 1]) then
      gone[#gone + 1] = found[i]
    end
  end
  if #gone > 0 then
    call('HDEL', bucket, unpack(gone))
  end
end

local due = tonumber(ARGV[8])
for i = count + 2, #KEYS do
  local left = call('TTL', KEYS[i])
  if left < due then
    call('EXPIRE', KEYS[i], ARGV[7])
    if left >= 0 then
      purge(KEYS[i])
    end
  end
end
return answers and table.concat(answers) or count
