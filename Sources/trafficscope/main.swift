print("trafficscope")
