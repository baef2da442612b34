-- The requests of the benchmark, number n of a run. src/load/payload.ts writes the same ones: change both.
local payload = {}

function payload.key(run, n)
  return string.format('order-%s-%09d', run, n)
end

function payload.token(run, n)
  return string.format('%s-0000-4000-8000-%012d', run, n)
end

-- What the key stands for.
function payload.request(run, n)
  return string.format(
    '{"order":"order-%s-%09d","customer":"cus_9XkQ2mV7","amount":1250,"currency":"EUR"}', run, n)
end

-- The caller chooses the token of each attempt, so it counts on where the key repeats.
function payload.claim(run, n, attempt)
  return string.format('{"namespace":"payments.charge","key":"%s","claimToken":"%s","request":%s}',
    payload.key(run, n), payload.token(run, attempt), payload.request(run, n))
end

function payload.completion(run, n)
  return string.format(
    '{"claimToken":"%s","outcome":{"status":201,"body":{"chargeId":"ch_%s%09d","amount":1250,"state":"succeeded"}}}',
    payload.token(run, n), run, n)
end

function payload.completion_path(run, n)
  return '/v1/records/payments.charge/' .. payload.key(run, n) .. '/complete'
end

-- Written by hand: wrk.format walks a table of headers for each request.
function payload.post(path, body, headers)
  return string.format(
    'POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s',
    path, headers or '', #body, body)
end

return payload
