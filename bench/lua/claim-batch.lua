-- Batches of claims, each with a key of its own. Arguments: run, claims a batch. Extra: claims that were granted.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local threads = {}
local claim_batch, size, sent = nil, 0, 0
local EXECUTE = '"decision":"execute"'
granted = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  size = tonumber(args[2])
  claim_batch = payload.claim_batches(args[1], size)
end

function request()
  local n = sent
  sent = sent + size
  return claim_batch(n)
end

function response(_, _, body)
  local at = body:find(EXECUTE, 1, true)
  while at do
    granted = granted + 1
    at = body:find(EXECUTE, at + #EXECUTE, true)
  end
end

function done(summary, latency)
  local all = 0
  for _, thread in ipairs(threads) do all = all + thread:get('granted') end
  report.print(summary, latency, all)
end
