module ringside.example/bench/load

go 1.25
