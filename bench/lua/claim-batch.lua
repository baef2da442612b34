-- Batches of claims, each with a key of its own. Arguments: run, claims a batch. Extra: claims that were granted.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local threads = {}
local run, size, sent = nil, 0, 0
granted = 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  run, size = args[1], tonumber(args[2])
end

function request()
  local claims = {}
  for index = 1, size do
    claims[index] = payload.claim(run, sent, sent)
    sent = sent + 1
  end
  return payload.post('/v1/claims/batch', '{"claims":[' .. table.concat(claims, ',') .. ']}')
end

function response(_, _, body)
  local _, count = body:gsub('"decision":"execute"', '')
  granted = granted + count
end

function done(summary, latency)
  local all = 0
  for _, thread in ipairs(threads) do all = all + thread:get('granted') end
  report.print(summary, latency, all)
end
