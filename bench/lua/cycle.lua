-- Claims and completions by turns: each completion is that of the claim `ahead` claims ago, which has long been
-- answered, as far fewer calls than that are in flight. Arguments: run, ahead: so many keys are claimed already.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local claim, complete, claimed, completed, claims_next = nil, nil, 0, 0, true

function init(args)
  -- One back: wrk asks for one request that it never sends, to see what requests look like.
  claim, complete, claimed = payload.claims(args[1]), payload.completions(args[1]), tonumber(args[2]) - 1
end

function request()
  local claims_now = claims_next
  claims_next = not claims_now
  if claims_now then
    local n = claimed
    claimed = claimed + 1
    return claim(n, n)
  end
  local n = completed
  completed = completed + 1
  return complete(n, n)
end

function done(summary, latency)
  report.print(summary, latency)
end
