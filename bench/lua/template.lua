-- A text whose numbers change from call to call: they are written over the last ones, and nothing else of it is made anew.
-- A string put together for each call would take as much of the machine from the servers as wrk itself does.
local ffi = require 'ffi'
local template = {}

-- Stand in a text where its numbers go, in as many places as it likes: the first one has nine digits, the second one twelve.
template.FIRST = ('\1'):rep(9)
template.SECOND = ('\2'):rep(12)

-- Where the marks of one kind begin, counted from 0.
local function places(text, mark)
  local found, at = {}, text:find(mark, 1, true)
  while at do
    table.insert(found, at - 1)
    at = text:find(mark, at + #mark, true)
  end
  return found
end

local function write(buffer, places_of_number, offset, digits, number)
  for index = 1, #places_of_number do
    local rest = number
    for at = offset + places_of_number[index] + digits - 1, offset + places_of_number[index], -1 do
      buffer[at] = 48 + rest % 10
      rest = math.floor(rest / 10)
    end
  end
end

-- One request of `head`, then `row` as often as `size` says with commas between, then `tail`: a function that takes a row's
-- index, from 0, and its two numbers, and one that gives the request as it is then.
function template.rows(head, row, size, tail)
  local text = head .. (row .. ','):rep(size - 1) .. row .. tail
  local buffer = ffi.new('char[?]', #text, 0)
  ffi.copy(buffer, text, #text)
  local first, second = places(row, template.FIRST), places(row, template.SECOND)
  local function set(index, a, b)
    local offset = #head + index * (#row + 1)
    write(buffer, first, offset, #template.FIRST, a)
    write(buffer, second, offset, #template.SECOND, b)
  end
  local function render()
    return ffi.string(buffer, #text)
  end
  return set, render
end

-- A function that takes a text's two numbers and gives it with them.
function template.of(text)
  local set, render = template.rows('', text, 1, '')
  return function(a, b)
    set(0, a, b)
    return render()
  end
end

return template
