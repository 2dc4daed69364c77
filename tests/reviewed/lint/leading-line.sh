error[shebang-not-first]: blanks or empty lines stand before #!
 --> leading-line.sh:1:1
  |
1 |
  | ^
  |
  = help: remove them
exit code 2
