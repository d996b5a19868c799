-- SPDX-License-Identifier: Apache-2.0
-- One JSON call after another; with several addresses each thread has its own.
local addresses, threads = {}, 0
for address in string.gmatch(os.getenv("BENCH_ADDRESSES"), "%S+") do addresses[#addresses + 1] = address end
local customers = tonumber(os.getenv("BENCH_CUSTOMERS"))

function setup(thread)
  threads = threads + 1
  local host, port = string.match(addresses[(threads - 1) % #addresses + 1], "(.+):(%d+)")
  thread.addr = wrk.lookup(host, port)[1]
  thread:set("seed", threads)
end

function init()
  math.randomseed(seed)
  wrk.method, wrk.body = "POST", os.getenv("BENCH_BODY")
  wrk.headers["Content-Type"] = "application/json"
  for name, value in string.gmatch(os.getenv("BENCH_HEADERS"), "([^:\n]+): ([^\n]+)") do wrk.headers[name] = value end
end

function request()
  if customers > 0 then wrk.headers["FC-Customer"] = "bench-" .. math.random(customers) end
  return wrk.format()
end
