-- Claims at a fixed overall rate. Arguments: run, calls a second. Extra: the longest that a call was sent behind its
-- moment, in microseconds.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local pace, payload, report = require 'pace', require 'payload', require 'report'
local threads = {}
local claim, sent = nil, -1
late_us = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  claim = payload.claims(args[1])
  pace.at(tonumber(args[2]))
end

delay = pace.delay

function request()
  local n = sent
  sent = sent + 1
  late_us = math.max(late_us, pace.sent())
  return claim(n, n)
end

function done(summary, latency)
  local worst = 0
  for _, thread in ipairs(threads) do worst = math.max(worst, tonumber(thread:get('late_us'))) end
  report.print(summary, latency, worst)
end
