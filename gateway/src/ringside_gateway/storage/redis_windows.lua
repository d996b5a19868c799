-- Takes one call from the windows of all its layers, or from none. KEYS: a hash a layer, fields r<bucket> and t<bucket>.
-- ARGV: input tokens, output tokens, 1 if that output was asked for, least useful output; then rpm and tpm of each
-- layer, -1 for none. Gives {1, bucket, output}, or {0, layer, 1 for requests or 2 for tokens, wait in ms}.
-- The arithmetic is that of domain/windows.py and domain/admission.py; the clock is Redis's own.
local WINDOW_S, BUCKET_S, KEEP_S = 60, 2, 70
local time = redis.call("TIME")
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local bucket = math.floor(now / BUCKET_S)
local oldest = math.floor((now - WINDOW_S) / BUCKET_S)
local input, output, asked, least = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == "1", tonumber(ARGV[4])

local function read(key)
  local counts, sums, dead = {r = {}, t = {}}, {r = 0, t = 0}, {}
  local fields = redis.call("HGETALL", key)
  for i = 1, #fields, 2 do
    local kind, number, count = fields[i]:sub(1, 1), tonumber(fields[i]:sub(2)), tonumber(fields[i + 1])
    if number < oldest then
      dead[#dead + 1] = fields[i]
    else
      counts[kind][number] = count
      sums[kind] = sums[kind] + count
    end
  end
  if #dead > 0 then redis.call("HDEL", key, unpack(dead)) end
  return counts, sums
end

local function wait_ms(counts, used, limit, amount)
  if amount > limit then return WINDOW_S * 1000 end
  for number = oldest, bucket do
    used = used - (counts[number] or 0)
    if used + amount <= limit then
      return math.max(1, math.ceil(((number + 1) * BUCKET_S + WINDOW_S - now) * 1000))
    end
  end
  return WINDOW_S * 1000
end

for layer, key in ipairs(KEYS) do
  local counts, sums = read(key)
  local rpm, tpm = tonumber(ARGV[3 + 2 * layer]), tonumber(ARGV[4 + 2 * layer])
  if rpm >= 0 and sums.r + 1 > rpm then
    return {0, layer, 1, wait_ms(counts.r, sums.r, rpm, 1)}
  end
  if tpm >= 0 then
    local left = tpm - sums.t - input
    if not asked and left >= least then output = math.min(output, left) end
    if sums.t + input + output > tpm then
      return {0, layer, 2, wait_ms(counts.t, sums.t, tpm, input + output)}
    end
  end
end
for _, key in ipairs(KEYS) do
  redis.call("HINCRBY", key, "r" .. bucket, 1)
  redis.call("HINCRBY", key, "t" .. bucket, input + output)
  redis.call("EXPIRE", key, KEEP_S)
end
return {1, bucket, output}
