# Sorts sysctls by whether they were read. Input: paths, an empty line, then lines PATH:VALUE of what was read. Output: the paths of
# which nothing was read, in one line, then a record for each of the others. No apostrophe may stand here.
!reading && $0 == "" {
  reading = 1
  next
}

!reading {
  path[++count] = $0
  next
}

{
  at = index($0, ":")
  p = substr($0, 1, at - 1)
  if (!(p in value)) value[p] = substr($0, at + 1)
}

END {
  for (i = 1; i <= count; i++)
    if ((p = path[i]) in value) records = records "\nn v " p " =" value[p]
    else unread = unread " " p
  print unread records
}
