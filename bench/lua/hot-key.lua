-- Everybody connects and claims one key at once, each call with a token of its own: one executes, the others are told
-- that it is in progress, and ask again after a pause.
-- Arguments: run, callers, pause in milliseconds. Extra: answers that are neither (5xx above all).
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local threads = {}
local claim, sent = nil, 0
local callers, asked, pause = 0, 0, 0
unexpected = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  claim = payload.claims(args[1])
  callers = tonumber(args[2])
  pause = tonumber(args[3])
end

-- wrk asks before each request of a connection how long to hold it back.
function delay()
  asked = asked + 1
  if asked <= callers then return 0 end
  return pause
end

function request()
  sent = sent + 1
  return claim(0, sent)
end

function response(status)
  if status ~= 201 and status ~= 409 then unexpected = unexpected + 1 end
end

function done(summary, latency)
  local all = 0
  for _, thread in ipairs(threads) do all = all + thread:get('unexpected') end
  report.print(summary, latency, all)
end
