-- The requests of the benchmark, each a function of its numbers. src/load/payload.ts writes the same ones: change both.
local template = require 'template'
local payload = {}
local N, ATTEMPT = template.FIRST, template.SECOND

local function key(run)
  return 'order-' .. run .. '-' .. N
end

local function token(run)
  return run .. '-0000-4000-8000-' .. ATTEMPT
end

-- What the key stands for.
local function request(run)
  return '{"order":"' .. key(run) .. '","customer":"cus_9XkQ2mV7","amount":1250,"currency":"EUR"}'
end

local function claim(run)
  return string.format('{"namespace":"payments.charge","key":"%s","claimToken":"%s","request":%s}',
    key(run), token(run), request(run))
end

local function completion(run)
  return string.format(
    '{"claimToken":"%s","outcome":{"status":201,"body":{"chargeId":"ch_%s%s","amount":1250,"state":"succeeded"}}}',
    token(run), run, N)
end

local function head(path, length, headers)
  return string.format(
    'POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n',
    path, headers or '', length)
end

local function post(path, body, headers)
  return template.of(head(path, #body, headers) .. body)
end

-- Claims of key n. The caller chooses the token of each attempt, so it counts on where the key repeats.
function payload.claims(run)
  return post('/v1/claims', claim(run))
end

-- Completions of key n by the attempt that holds it.
function payload.completions(run)
  return post('/v1/records/payments.charge/' .. key(run) .. '/complete', completion(run))
end

-- Batches of `size` claims of keys that nobody else claims, from key n on.
function payload.claim_batches(run, size)
  local row, tail = claim(run), ']}'
  local body_length = #'{"claims":[' + size * (#row + 1) - 1 + #tail
  local set, render = template.rows(head('/v1/claims/batch', body_length) .. '{"claims":[', row, size, tail)
  return function(n)
    for index = 0, size - 1 do set(index, n + index, n + index) end
    return render()
  end
end

-- Calls of peers, key n in a header.
function payload.keyed(path, run)
  return post(path, request(run), 'Idempotency-Key: ' .. key(run) .. '\r\n')
end

return payload
