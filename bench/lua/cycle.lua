-- Claims and completions by turns: each completion is that of the claim `ahead` claims ago, which has long been
-- answered, as far fewer calls than that are in flight. Arguments: run, ahead: so many keys are claimed already.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local run, claimed, completed, claims_next = nil, 0, 0, true

function init(args)
  -- One back: wrk asks for one request that it never sends, to see what requests look like.
  run, claimed = args[1], tonumber(args[2]) - 1
end

function request()
  local claim = claims_next
  claims_next = not claim
  if claim then
    local n = claimed
    claimed = claimed + 1
    return payload.post('/v1/claims', payload.claim(run, n, n))
  end
  local n = completed
  completed = completed + 1
  return payload.post(payload.completion_path(run, n), payload.completion(run, n))
end

function done(summary, latency)
  report.print(summary, latency)
end
